"""The desktop's threads and asyncio, without Qt: workers, the bus, the desk's facades, profile, keychain, the link."""
