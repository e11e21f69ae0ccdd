#include "domain/identity/parking.hpp"

#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

auto find(std::vector<ParkedCommand>& waiting, Position input, std::uint32_t index) {
  return std::find_if(waiting.begin(), waiting.end(), [&](const auto& parked) {
    return parked.input == input && parked.index == index;
  });
}

} // namespace

void evolve(std::vector<ParkedCommand>& waiting, const events::Event& event) {
  if (const auto* parked = std::get_if<events::CommandParked>(&event)) {
    if (find(waiting, parked->input, parked->index) == waiting.end())
      waiting.push_back({parked->input, parked->index, parked->kind, parked->waiting_for,
                         parked->keys, parked->since, false});
  } else if (const auto* dead = std::get_if<events::CommandTimedOut>(&event)) {
    if (const auto at = find(waiting, dead->input, dead->index); at != waiting.end())
      at->timed_out = true;
  } else if (const auto* interpreted = std::get_if<events::WebhookInterpreted>(&event)) {
    for (const auto& command : interpreted->commands)
      if (const auto at = find(waiting, command.input, command.place);
          command.input.value != 0 && at != waiting.end())
        waiting.erase(at);
  }
}

std::vector<events::Tag> parked_tags(Position input, const std::vector<Hash16>& keys) {
  std::vector<events::Tag> out;
  for (const auto& key : keys)
    out.push_back(events::parked_tag(key));
  if (out.empty())
    out.push_back(events::parked_input_tag(input));
  return out;
}

events::Tag tag_of(const events::ParkingTime& time) {
  return time.key ? events::parked_tag(*time.key) : events::parked_input_tag(time.input);
}

} // namespace tidemark::domain
