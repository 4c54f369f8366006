"""The versions of the plugin API that this polytape speaks.

A distribution states the version it was written for in its metadata, so that it can be read before any of its code
runs: an entry point in the group `polytape.api`, named after the package, whose value points into this module::

    [project.entry-points."polytape.api"]
    my_package = "polytape.plugins.api:v1"
"""

v1 = "hooks of polytape.plugins.hookspecs and the contract of polytape.backend, as of polytape 0.1"
