"""All services at once, on real databases, their events handed from one to the other as Kafka would."""
