#pragma once
#include "projections/consent/opt_out_view.hpp"

#include <set>
#include <string>

/// Systems that have no call for opt-outs and hear of them because the webhooks of another go on to
/// them (Verity hears GoHighLevel's): whether the one about the mark has come and gone on, and what
/// is left to people. A 2xx proves its receipt alone, so none is ever confirmed.
namespace tidemark::projections {

namespace hearing {
/// The mark is written in the other system, or is to be; its webhook has not come.
inline constexpr std::string_view awaiting_webhook = "awaiting_webhook";
inline constexpr std::string_view requested = "requested"; ///< it came, and is to go on
inline constexpr std::string_view forwarded = "forwarded"; ///< it went on, and was received
inline constexpr std::string_view to_be_done_by_hand = "to_be_done_by_hand";
inline constexpr std::string_view done_by_hand = "done_by_hand";
} // namespace hearing

/// Adds them to what was told of the address, in place of their rows of what was not; and notes
/// what people say to have done by hand. Told, but not of opt-outs that leave texts open: systems
/// that take bodies send nothing but texts.
Status add_hearers(const Scan& scan, const TenantId& tenant, const std::set<std::string>& contacts,
                   AddressView& view);

/// May something be left to people yet? False: nothing more can come of it.
bool may_be_left_to_people(const PropagationView& told);

} // namespace tidemark::projections
