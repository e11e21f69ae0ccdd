"""Words that were this project's own, and the field's that took their place. Part of script/check-tidy."""
import re

# Anywhere in an identifier, as whole words of it: `tell_closed` is in `tell_closed_of` and `TellClosed`.
STEMS = {
    "Teller": "OptOutPropagator", "tell_closed": "propagate_opt_outs",
    "tell_unheard_of": "propagate_to_unknown_records", "ToldChannel": "PropagatedChannel",
    "has_to_hear": "needs_propagation", "knows_it_closed": "is_propagated",
    "forget_told": "forget_propagation",
    "ConsentSign": "ConsentSignal", "tell_standing": "reissue_active", "restate": "copy_revocation",
    "carry_over": "adopt_pending", "close_itself": "suppress_contact",
    "may_have_said_it_too": "possible_speakers", "leave_out_accounted_for": "drop_own_marks",
    "stands_because": "why_not_lifted", "said_when": "effective_time", "any_gate": "is_suppressed",
    "closed_for": "is_suppressed", "Showing": "OutboundActions", "owed": "waiting",
    "not_shown": "call_post_failed", "not_posted": "message_post_failed",
    "moved_records": "transfer_records", "GiveRecords": "ReleaseRecords", "TakeRecords": "AdoptRecords",
    "TakenIn": "AbsorbedContact", "Parted": "SplitValues", "forget_brought": "rebase_later_merges",
    "turns_ours": "reverts_our_write", "is_barred": "is_not_authoritative", "outweighed_by": "stronger_value",
    "Taker": "Match", "who_writes": "current_holder_of_phone", "has_address_now": "current_holder",
    "review_strays": "review_conflicting_owners", "has_moved_on": "has_newer_address",
    "come_upon": "adopt_existing", "take_found": "interpret_existing", "Judgement": "DeliveryResult",
    "DeliveryLane": "DeliveryQueue", "next_up": "next_delivery", "called_off_because": "cancellation_reason",
    "lose_answer": "abandon_in_flight", "ring_timer": "fire_retry_timer", "Inlet": "WebhookSource",
    "heed": "on_response", "glimpse": "stream_name", "squeezed": "alphanumeric_key",
    "planted": "injected_bug", "desk": "handler", "diary": "info_log", "TodaysRules": "DecisionReplay",
    "ReplayMeaning": "InterpretedInput", "let_go": "release", "chain_standing": "target_status",
    "excuse_untold": "drop_unnotified", "told_elsewhere": "merged_elsewhere", "rhythm": "silence",
    "TokenKeeper": "OAuthTokens", "ConsentWatch": "ConsentMonitor",
}
# Only as a whole identifier: the word itself is good elsewhere.
NAMES = {
    "Saying": "ConsentStatement", "Sorting": "FieldClassifier", "Stated": "ObservedAt",
    "Outlet": "Destination", "Flow": "FlowControl", "Past": "LogState",
    "Head": "TagHead", "Ask": "Request", "Share": "Shard",
}
# A test's name is a sentence and may use any word.
TEST_NAME = re.compile(r"\b(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\s*\([^)]*\)")


def words_of(identifier):
    """Its words, so that a stem is found however they are joined."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", identifier)
    return "_" + "_".join(word.lower() for word in words) + "_"


SOUGHT = {words_of(stem): (stem, new) for stem, new in STEMS.items()}


def retired_in(identifier):
    """(old, new) of the first retired word in it, or None."""
    if identifier in NAMES:
        return identifier, NAMES[identifier]
    words = words_of(identifier)
    return next((found for stem, found in SOUGHT.items() if stem in words), None)


class RetiredWords:
    def __init__(self):
        self.known = {}

    def check(self, path, lines):
        """`lines` are those of a C++ file with comments and literals blanked."""
        for number, line in enumerate(lines, 1):
            for identifier in re.findall(r"\b[A-Za-z_]\w*", TEST_NAME.sub("", line)):
                if identifier not in self.known:
                    self.known[identifier] = retired_in(identifier)
                if self.known[identifier]:
                    old, new = self.known[identifier]
                    yield f"{path}:{number}: {identifier}: `{old}` is retired: the field says `{new}`"
