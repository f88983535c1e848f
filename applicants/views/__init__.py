"""Pages about cases, a module a noun: choosing, the case, intake, independence, decision."""
