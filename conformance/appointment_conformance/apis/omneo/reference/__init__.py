"""The Omneo reference API: one conforming server, with faults and variants that can be switched on."""
