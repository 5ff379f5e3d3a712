"""Text files as authors write them: read, located, and taken apart as YAML.

In: paths and bytes.  Out: text whose every line and value knows its place, or diagnostics at that place.

Begin at ``passage.Passage``, lines with their origins.  ``source_file`` reads files and says how paths are shown;
``yaml`` parses YAML into nodes with places; ``fields`` is the one strict reader of YAML mappings, used for front
matter, theme files and ``workshop.yaml``.

Rules: lines and columns are 1-based where users see them and 0-based inside; columns count code points.
"""
