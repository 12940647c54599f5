"""The screen: Qt lives here and in ``crmdesk.app``, nowhere else."""
