#include "app/silence_watch.hpp"

#include "events/all.hpp"
#include "events/codec.hpp"
#include "events/glimpse.hpp"

#include <algorithm>
#include <limits>

namespace tidemark::app {
namespace {

constexpr std::uint64_t events_looked_back = 50'000; // some tens of milliseconds
constexpr std::string_view webhook_streams = "webhook/";

} // namespace

void SilenceWatch::read_on() {
  if (read_to_ == Position{})
    read_to_ = Position{log_.durable().value - std::min(log_.durable().value, events_looked_back)};
  const auto read =
      log_.read(read_to_, std::numeric_limits<std::size_t>::max(), [&](std::string_view record) {
        const auto header = events::read_header(record);
        if (!header)
          return false;
        const std::string tenant(header->tenant);
        if (header->type == events::WebhookReceived::name
            && header->stream.starts_with(webhook_streams))
          rhythms_[{std::string(header->stream.substr(webhook_streams.size())), tenant}].webhook(
              header->recorded_at);
        else if (header->type == events::DeliveryAccepted::name)
          rhythms_[{std::string(events::target_in(header->stream)), tenant}].delivered(
              header->recorded_at);
        return true;
      });
  if (read)
    read_to_ = *read;
}

std::optional<std::chrono::seconds> SilenceWatch::silent_for(const std::string& connector,
                                                             Timestamp now) const {
  std::optional<std::chrono::seconds> longest;
  for (auto at = rhythms_.lower_bound({connector, ""});
       at != rhythms_.end() && at->first.first == connector; ++at)
    longest = std::max(longest, at->second.silent_for(now));
  return longest;
}

} // namespace tidemark::app
