"""People at a screen: the whole product under `bin/run`, driven by Chromium."""
