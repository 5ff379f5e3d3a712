"""The file underneath: parts, relationships, content types, media and the ZIP archive (ECMA-376 part 2).

``opc.py`` holds the package being written, ``zip.py`` writes it so that the same parts give the same bytes,
``media.py`` adds pictures and videos once each, with the PNG of a drawing that programs without SVG show, ``ooxml.py``
escapes text and converts units, ``ooxml.py`` lists the names and numbers that the standard and PowerPoint fix.

Nothing here knows what a slide is.
"""
