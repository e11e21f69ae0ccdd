#pragma once
#include <string_view>

namespace tidemark::sandbox {

/// The carriers' default words (Telnyx, Verity, GoHighLevel's own telephone system): the whole
/// trimmed message, case not relevant. STOP, STOPALL, STOP ALL, UNSUBSCRIBE, CANCEL, END, QUIT.
bool is_stop_word(std::string_view text);
/// START or UNSTOP: lifts the block.
bool is_start_word(std::string_view text);

} // namespace tidemark::sandbox
