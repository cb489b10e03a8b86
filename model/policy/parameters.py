"""The numbers and lists of each detection that a district may set. Defaults stand in `policies/base`, nowhere else."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Minutes = Annotated[int, Field(ge=0, le=10_080, json_schema_extra={"unit": "minutes"})]
Seconds = Annotated[int, Field(ge=0, le=86_400, json_schema_extra={"unit": "seconds"})]
HoursOf = Annotated[int, Field(ge=1, le=8_760, json_schema_extra={"unit": "hours"})]
Days = Annotated[int, Field(ge=1, le=60, json_schema_extra={"unit": "days"})]  # what memory of habits reaches back
BusinessDays = Annotated[int, Field(ge=0, le=260, json_schema_extra={"unit": "business days"})]
Percent = Annotated[float, Field(gt=0, le=100, json_schema_extra={"unit": "percent"})]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Bytes = Annotated[int, Field(ge=0, le=1 << 50, json_schema_extra={"unit": "bytes"})]
Host = Annotated[str, Field(pattern=r"^[a-z0-9_]([a-z0-9_.-]{0,252}[a-z0-9])?$")]


class Strict(BaseModel):
    """Frozen, and a key we do not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")
