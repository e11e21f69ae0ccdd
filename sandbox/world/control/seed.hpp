#pragma once
#include "sandbox/world/system.hpp"

namespace tidemark::sandbox {

/// Fills a system with contacts and sends no webhook: `{"phones":{"from","to"},"fields":{…}}`, one
/// contact for each number of the range (E.164, both ends included, at most 100,000); `{n}` in a
/// field's text becomes its place, from 1.
HttpReply seed_contacts(System& system, const Json& body);

} // namespace tidemark::sandbox
