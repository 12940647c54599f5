"""Deficiency radar: where complaints rise above what was to be expected, by product, category and area (docs/radar.md).

``cells`` counts cases by day, ``expected`` says what was to be expected, ``tail`` how unlikely more is, ``detector``
looks at one day, ``alerts`` makes open alerts of many days. All of it is pure and gives the same for the same cases.
"""
