#include "CStorylineTerm.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

// One page of content, as a server would send it; a test holds it against seeds/ukraine-nato.
static const unsigned char story[] = {
#embed "Demo/story.json"
};

const unsigned char *storyline_demo_bytes(void) { return story; }
long storyline_demo_length(void) { return sizeof story; }
