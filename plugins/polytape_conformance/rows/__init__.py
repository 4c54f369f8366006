"""The op table, a file a family: what every op must give, by an oracle that shares no code with it."""
