"""The pages, one module each: a ``PAGE`` in a module of this package puts it on the rail and under its keys."""
