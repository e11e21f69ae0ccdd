#pragma once
#include "projections/consent/opt_out_view.hpp"

/// By when an opt-out has to be honoured everywhere, and whether it was (requirements E1, E7).
namespace tidemark::projections {

struct DeadlineView {
  std::string_view rule; ///< of `domain::Due`
  Position opt_out;      ///< the input that said it
  Timestamp due;
  /// met, open (not yet due), missed, lifted (it was taken back before it was met or due), or
  /// nobody_to_tell: no system had to hear of it and no message left after it was due.
  std::string_view state;
};

/// Of every opt-out of the address, once for each input, as things stand at `now`. Met: every
/// system that had to be told has confirmed by then, and no message left after it. For all but
/// confirmed_in_2_minutes, what people have to set there by hand was seen set by then, too, or
/// somebody says to have set it. A system that hears by forwarding has confirmed, for this alone,
/// when it has received the webhook about the mark. Open also while a contact has yet to take it
/// in. What was lifted stays as it was then, whatever the person says later.
std::vector<DeadlineView> deadlines_of(const AddressView& address, Timestamp now);

} // namespace tidemark::projections
