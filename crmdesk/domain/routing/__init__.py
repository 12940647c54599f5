"""Routing: who gets a case, how urgent it is and by which deadlines, from rules that a supervisor writes (ADR 58).

Facts and rules go in, a decision with its reasons comes out (``deciding.decide``). Nothing here reads a clock, a file
or a database: the server routes by these functions, and tries rules over past cases by the same ones.
"""
