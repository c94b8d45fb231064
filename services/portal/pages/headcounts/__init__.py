"""Page: how many people work in a unit and below it, by category at a day; its establishment beside them."""
