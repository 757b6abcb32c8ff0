"""All that knows Excel: cells, files, open workbooks, native names and the template."""
