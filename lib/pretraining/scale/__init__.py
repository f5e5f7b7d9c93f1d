"""What pre-training costs: operations, hours of an accelerator, money, days and energy."""

from .costs import energy_kwh, gpu_hours, training_cost, training_days, training_flops, utilization

__all__ = ["energy_kwh", "gpu_hours", "training_cost", "training_days", "training_flops", "utilization"]
