"""At home in agents' hosts: what they call before and after a tool, at the start of a session and at its end."""
