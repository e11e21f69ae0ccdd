#include "base/overloaded.hpp"
#include "events/format/tags.hpp"
#include "explanation/chain.hpp"

// Contacts that were or are one with the chain's: each event is told under the contact that it was
// decided for.
namespace tidemark::explanation {
namespace {

void close(std::vector<Elsewhere>& spans, const ContactId& with, Position at) {
  for (auto& span : spans)
    if (span.contact == with && span.until == Position{})
      span.until = at;
}

} // namespace

std::vector<Elsewhere> merged_elsewhere(const Chain& chain) {
  std::vector<Elsewhere> out;
  if (chain.subject_kind != "contact")
    return out;
  const auto own = events::contact_stream(ContactId(chain.subject));
  for (const auto& [envelope, event] : chain.events) {
    if (envelope.stream != own)
      continue;
    const auto at = envelope.position;
    std::visit(overloaded{
                   [&](const events::RecordsReleased& e) {
                     if (e.whole)
                       out.push_back({e.to, at, {}});
                     else // the other is another person again
                       std::erase_if(out, [&](const auto& span) { return span.contact == e.to; });
                   },
                   [&](const events::RecordsAdopted& e) {
                     if (e.returned)
                       close(out, e.from, at);
                     else
                       out.push_back({e.from, {}, at});
                   },
                   [](const auto&) {},
               },
               event);
  }
  return out;
}

} // namespace tidemark::explanation
