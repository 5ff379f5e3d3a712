"""``quarterdeck pack`` and ``unpack``: a deck with everything that a venue without a network needs, in one file.

In comes a project and the engine that has its images; out comes a tar archive (:mod:`format`) of sources, recordings,
outputs and images.  On another machine :mod:`unpack` writes the files and loads the images.

Begin with :mod:`format`, which describes the archive.  The rules:

- Every byte has a checksum, and is compared with it while it is unpacked.
- Both directions continue after an interruption: images that are complete are not moved again.
- No existing file is overwritten, no path leaves the folder, and images with the same name stay.
"""
