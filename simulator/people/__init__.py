"""The people of the sandbox: who lives there, how they talk, what they do with their mail and their money."""
