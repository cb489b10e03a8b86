"""Lost and stolen devices: late reports, missing police reports, use after a report, tracking without a loss."""
