"""The house: settings, routes, the embedded engine, and the supervisor behind `bin/run`."""
