"""Pure rules of the call centre: no input, no output, no clock but the one handed in."""
