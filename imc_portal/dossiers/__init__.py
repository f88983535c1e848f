"""The dossier of a case: everything that an accreditor asks for, in one PDF and one ZIP.

`collecting` and `chain` read the case into plain data, `drawing` makes pages of it, `packing` the
ZIP, `making` does it in the background, `services` asks for one and notes who took it away.
"""
