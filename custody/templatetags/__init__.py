"""Template tags of Holdfast."""
