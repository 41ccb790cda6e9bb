"""Commands of the code location, loaded when they are called."""
