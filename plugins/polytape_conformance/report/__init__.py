"""What came of a run of the kit: as a dictionary that becomes JSON, and from that as text, as a page, as a badge."""
