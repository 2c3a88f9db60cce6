"""Mail under fire: real workers and beats, a database, a broker, a relay that misbehaves."""
