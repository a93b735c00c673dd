"""The public API of this room: ask the gate, and tell it facts."""
