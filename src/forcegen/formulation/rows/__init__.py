"""Row families, one file a theme: from the formulation's data to rows."""
