"""What the part of a session that led to a commit cost, from the stores that agents keep of their sessions."""
