"""Long random walks through the verbs of custody, beside a book kept by hand."""
