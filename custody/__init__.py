"""The product: who passed which work and which copies to whom, and the rules that decide whether they may."""
