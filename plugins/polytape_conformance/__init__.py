"""The conformance kit: does a backend compute what polytape promises?"""
