"""What the server refuses, by the names that AWS gives."""


class SqsError(Exception):
    """A refused call. `code` is the error shape of the JSON protocol, `legacy` its name of the query protocol, which boto3 shows
    (AWS sends it in `x-amzn-query-error`)."""

    status = 400

    def __init__(self, code: str, message: str, legacy: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.legacy = legacy or code


class ServerFailure(SqsError):
    """A 500: the caller cannot know whether the call took effect."""

    status = 500

    def __init__(self) -> None:
        super().__init__("InternalFailure", "a fault that was asked for")


def queue_does_not_exist() -> SqsError:
    return SqsError(
        "QueueDoesNotExist", "The specified queue does not exist.", legacy="AWS.SimpleQueueService.NonExistentQueue"
    )


def invalid_receipt(handle: str) -> SqsError:
    return SqsError(
        "ReceiptHandleIsInvalid", f"The input receipt handle {handle[:80]!r} is not a valid receipt handle."
    )


def invalid_parameter(name: str, value: object, reason: str) -> SqsError:
    return SqsError("InvalidParameterValue", f"Value {value} for parameter {name} is invalid. Reason: {reason}")
