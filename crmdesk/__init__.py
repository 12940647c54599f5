"""crmdesk, the agent's desk.

One call, from the wire to the screen: a phone system speaks to one connector in ``telephony``, which turns its words
into call events; the fold in ``domain.calls`` turns events into contacts, rings and boards; the gateway in ``server``
stores them and sends each desk its own calls; ``runtime`` receives them beside the desk's synced copy of the data
(``sync``, ``models``), asks the use cases in ``services`` who is probably calling, and ``ui`` paints the answer.
"""

__version__ = "0.1.0"
