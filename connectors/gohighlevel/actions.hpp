#pragma once
#include "connectors/gohighlevel/request.hpp"
#include "connectors/shared/outbound.hpp"

#include <optional>
#include <string>

/// What the actions of this connector share.
namespace tidemark::connectors::gohighlevel {

/// It is there. `read_back`: a look showed so, after an attempt whose answer was lost.
NextStep accepted_as(std::string result_id, std::string conversation, bool read_back);

/// The words of an error answer, "" when it has none.
std::string vendor_text(const HttpAnswer& answer);
/// `Cannot PUT /…`: the address is wrong, which says nothing about the record (README fact 13).
bool is_wrong_route(const HttpAnswer& answer);
/// The judgement of anything but a 2xx with a JSON object; nothing for that.
std::optional<domain::DeliveryResult> judge_vendor(const HttpAnswer& answer, Effect effect);

/// Shows a call as a note, each time only what is new about it (README fact 14).
NextStep log_call(const ActionWork& work, const Settings& settings);
/// Shows a message in the contact's thread; nothing is sent (README fact 18).
NextStep log_message(const ActionWork& work, const Settings& settings);

} // namespace tidemark::connectors::gohighlevel
