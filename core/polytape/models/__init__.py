"""Models: layers made of layers."""

from __future__ import annotations

from polytape.models.model import Model as Model
from polytape.models.sequential import Sequential as Sequential
