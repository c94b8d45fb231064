"""`thidua`: run the platform here, show its main job, and look after its streams."""

import typer

from cli import operate, reference
from cli.appoint import administrators
from cli.demo import demo
from cli.doors import list_doors
from cli.hand import list_interventions
from cli.ledger import ledger
from cli.parked import parked
from cli.partner import partner
from cli.reactions import reactions
from cli.restore import restore

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Thi Đua: nền tảng thi đua - khen thưởng. / The emulation and commendation platform.",
)
app.command("run")(operate.run)
app.command("demo")(demo)
app.command("restore")(restore)
app.command("doors")(list_doors)
app.add_typer(ledger, name="ledger")
app.add_typer(operate.projections, name="projections")
app.add_typer(parked, name="parked")
app.command("interventions")(list_interventions)
app.add_typer(partner, name="partner")
app.add_typer(reactions, name="reactions")
app.add_typer(reference.units, name="units")
app.add_typer(reference.pack, name="pack")
app.add_typer(administrators, name="administrators")

if __name__ == "__main__":
    app()
