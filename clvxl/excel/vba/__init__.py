"""The VBA project: its sources as text, the functions written from the catalog, and the compiler that makes vbaProject.bin of them."""
