"""The template: sheets to fill in, buttons, live cells. Each sheet has its own file; ``book`` puts them together."""
