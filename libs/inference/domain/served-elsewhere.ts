/**
 * Models that a host of media serves under an id of its own, beside or instead of their maker. The catalogue's price is
 * the host's where it is listed so (`price_basis: host_fal`) and where the two lists agree (`agreed`); for the others the
 * price at that host is unknown, which is null and never free.
 */
import type { CatalogModel } from '../../catalog/domain/model.js';
import type { ProviderSlug } from '../../routing/domain/vocabulary.js';
import { chainModel } from './chain.js';
import type { MediaEndpoint } from './media.js';

interface ElsewhereRow {
  readonly id: string;
  /** The id for requests that bring a picture, where it is another. */
  readonly withImage?: string;
  readonly agreed?: true;
}

const fal: Readonly<Record<string, ElsewhereRow>> = {
  'black-forest-labs/flux-schnell': { id: 'fal-ai/flux/schnell', agreed: true },
  'black-forest-labs/flux-dev': { id: 'fal-ai/flux/dev', withImage: 'fal-ai/flux/dev/image-to-image', agreed: true },
  'black-forest-labs/flux-krea-dev': { id: 'fal-ai/flux/krea', withImage: 'fal-ai/flux/krea/image-to-image', agreed: true },
  'black-forest-labs/flux-pro-1.1': { id: 'fal-ai/flux-pro/v1.1', agreed: true },
  'black-forest-labs/flux-pro-1.1-ultra': { id: 'fal-ai/flux-pro/v1.1-ultra', agreed: true },
  'black-forest-labs/flux-kontext-pro': { id: 'fal-ai/flux-pro/kontext/text-to-image', withImage: 'fal-ai/flux-pro/kontext', agreed: true },
  'black-forest-labs/flux-kontext-max': { id: 'fal-ai/flux-pro/kontext/max/text-to-image', withImage: 'fal-ai/flux-pro/kontext/max', agreed: true },
  'black-forest-labs/flux-2-dev': { id: 'fal-ai/flux-2', withImage: 'fal-ai/flux-2/edit' },
  'black-forest-labs/flux-2-pro': { id: 'fal-ai/flux-2-pro', withImage: 'fal-ai/flux-2-pro/edit' },
  'black-forest-labs/flux-2-flex': { id: 'fal-ai/flux-2-flex', withImage: 'fal-ai/flux-2-flex/edit' },
  'black-forest-labs/flux-2-max': { id: 'fal-ai/flux-2-max', withImage: 'fal-ai/flux-2-max/edit' },
  'tencent/hunyuan-image-3.0': { id: 'fal-ai/hunyuan-image/v3/text-to-image' },
  'ideogram/ideogram-v2': { id: 'fal-ai/ideogram/v2' },
  'ideogram/ideogram-v2a': { id: 'fal-ai/ideogram/v2a' },
  'ideogram/ideogram-v3': { id: 'fal-ai/ideogram/v3', withImage: 'fal-ai/ideogram/v3/edit' },
  'recraft/recraft-v3': { id: 'fal-ai/recraft/v3/text-to-image', withImage: 'fal-ai/recraft/v3/image-to-image', agreed: true },
  'bytedance/seedream-4.0': { id: 'fal-ai/bytedance/seedream/v4/text-to-image', withImage: 'fal-ai/bytedance/seedream/v4/edit', agreed: true },
  'bytedance/seedream-4.5': { id: 'fal-ai/bytedance/seedream/v4.5/text-to-image', withImage: 'fal-ai/bytedance/seedream/v4.5/edit', agreed: true },
  'luma/photon-1': { id: 'fal-ai/luma-photon' },
  'luma/photon-flash-1': { id: 'fal-ai/luma-photon/flash' },
  'qwen/z-image-turbo': { id: 'fal-ai/z-image/turbo' },
  'bria/bria-3.2': { id: 'bria/text-to-image/3.2', agreed: true },
  'reve/reve-2.0': { id: 'fal-ai/reve/text-to-image' },
  'alibaba/wan2.2-a14b': { id: 'fal-ai/wan/v2.2-a14b/text-to-video', withImage: 'fal-ai/wan/v2.2-a14b/image-to-video' },
  'genmo/mochi-1': { id: 'fal-ai/mochi-v1' },
  'tencent/hunyuan-video-1.5': { id: 'fal-ai/hunyuan-video-v1.5/text-to-video', withImage: 'fal-ai/hunyuan-video-v1.5/image-to-video' },
  'pika/pika-2.2': { id: 'fal-ai/pika/v2.2/text-to-video', withImage: 'fal-ai/pika/v2.2/image-to-video' },
  'pixverse/pixverse-v5': { id: 'fal-ai/pixverse/v5/text-to-video', withImage: 'fal-ai/pixverse/v5/image-to-video' },
  'pixverse/pixverse-v6': { id: 'fal-ai/pixverse/v6/text-to-video', withImage: 'fal-ai/pixverse/v6/image-to-video' },
  'kling/kling-v2.5-turbo': { id: 'fal-ai/kling-video/v2.5-turbo/pro/text-to-video', withImage: 'fal-ai/kling-video/v2.5-turbo/pro/image-to-video', agreed: true },
  'kling/kling-v2.6': { id: 'fal-ai/kling-video/v2.6/pro/text-to-video', withImage: 'fal-ai/kling-video/v2.6/pro/image-to-video', agreed: true },
  'kling/kling-v3.0': { id: 'fal-ai/kling-video/v3/pro/text-to-video', withImage: 'fal-ai/kling-video/v3/pro/image-to-video' },
  'luma/ray-2': { id: 'fal-ai/luma-dream-machine/ray-2', withImage: 'fal-ai/luma-dream-machine/ray-2/image-to-video' },
  'luma/ray-flash-2': { id: 'fal-ai/luma-dream-machine/ray-2-flash', withImage: 'fal-ai/luma-dream-machine/ray-2-flash/image-to-video' },
  'bytedance/seedance-1.0-pro': { id: 'fal-ai/bytedance/seedance/v1/pro/text-to-video', withImage: 'fal-ai/bytedance/seedance/v1/pro/image-to-video' },
  'bytedance/seedance-1.5-pro': { id: 'fal-ai/bytedance/seedance/v1.5/pro/text-to-video', withImage: 'fal-ai/bytedance/seedance/v1.5/pro/image-to-video', agreed: true },
  'lightricks/ltx-2-fast': { id: 'fal-ai/ltx-2/text-to-video/fast', withImage: 'fal-ai/ltx-2/image-to-video/fast', agreed: true },
  'lightricks/ltx-2-pro': { id: 'fal-ai/ltx-2/text-to-video', withImage: 'fal-ai/ltx-2/image-to-video', agreed: true },
  'vidu/viduq2': { id: 'fal-ai/vidu/q2/text-to-video' },
  'ace-step/ace-step': { id: 'fal-ai/ace-step/prompt-to-audio' },
  'aslp/diffrhythm': { id: 'fal-ai/diffrhythm' },
  'cassetteai/music-generator': { id: 'cassetteai/music-generator' },
  'minimax/music-2.0': { id: 'fal-ai/minimax-music/v2' },
  'stability/stable-audio-2.5': { id: 'fal-ai/stable-audio-25/text-to-audio' },
  'elevenlabs/sound-effects-v2': { id: 'fal-ai/elevenlabs/sound-effects/v2' },
  'resemble/chatterbox': { id: 'fal-ai/chatterbox/text-to-speech', agreed: true },
  'resemble/chatterbox-hd': { id: 'fal-ai/resemble-ai/chatterboxhd/text-to-speech', agreed: true },
};

const replicate: Readonly<Record<string, ElsewhereRow>> = {
  'black-forest-labs/flux-schnell': { id: 'black-forest-labs/flux-schnell', agreed: true },
  'black-forest-labs/flux-dev': { id: 'black-forest-labs/flux-dev', agreed: true },
  'black-forest-labs/flux-pro-1.1': { id: 'black-forest-labs/flux-1.1-pro', agreed: true },
  'black-forest-labs/flux-pro-1.1-ultra': { id: 'black-forest-labs/flux-1.1-pro-ultra', agreed: true },
  'black-forest-labs/flux-kontext-pro': { id: 'black-forest-labs/flux-kontext-pro', agreed: true },
  'black-forest-labs/flux-kontext-max': { id: 'black-forest-labs/flux-kontext-max', agreed: true },
  'pruna/p-image': { id: 'prunaai/p-image', agreed: true },
  'pruna/p-video': { id: 'prunaai/p-video' },
  'stability/sd3.5-large': { id: 'stability-ai/stable-diffusion-3.5-large', agreed: true },
  'stability/sd3.5-large-turbo': { id: 'stability-ai/stable-diffusion-3.5-large-turbo', agreed: true },
  'stability/sd3.5-medium': { id: 'stability-ai/stable-diffusion-3.5-medium', agreed: true },
  'recraft/recraft-v3': { id: 'recraft-ai/recraft-v3', agreed: true },
  'qwen/qwen-image': { id: 'qwen/qwen-image' },
  'kling/kling-v2.5-turbo': { id: 'kwaivgi/kling-v2.5-turbo-pro', agreed: true },
  'luma/ray-2': { id: 'luma/ray-2-720p' },
  'leonardo/phoenix-1.0': { id: 'leonardoai/phoenix-1.0' },
  'leonardo/lucid-origin': { id: 'leonardoai/lucid-origin' },
};

/** What a host calls a model that the catalogue lists under its maker: where no maker's own API is spoken, or as another way. */
const deepinfra: Readonly<Record<string, ElsewhereRow>> = { 'kokoro/kokoro-82m': { id: 'hexgrad/Kokoro-82M', agreed: true } };

export const servedElsewhere: Readonly<Record<ProviderSlug, Readonly<Record<string, ElsewhereRow>>>> = { fal, replicate, deepinfra };

/** Ids at the maker's own API where the catalogue writes them differently. */
const nativeIds: Readonly<Record<string, string>> = {
  'minimax/hailuo-02': 'MiniMax-Hailuo-02',
  'minimax/hailuo-2.3': 'MiniMax-Hailuo-2.3',
  'minimax/hailuo-2.3-fast': 'MiniMax-Hailuo-2.3-Fast',
  'deepgram/aura-2': 'aura-2-thalia-en',
  'deepgram/aura-1': 'aura-asteria-en',
};

/** Everywhere that media of a model are made: its maker's own API first. */
export function mediaEndpoints(model: CatalogModel): MediaEndpoint[] {
  const own = chainModel(model).endpoints.map((endpoint) => ({ ...endpoint, modelId: nativeIds[model.id] ?? endpoint.modelId }));
  const elsewhere = Object.entries(servedElsewhere).flatMap(([host, models]) => {
    const row = models[model.id];
    if (!row) return [];
    const isListed = row.agreed || model.provenance.price_basis === basisOf(host);
    return [{ host, modelId: row.id, ...(row.withImage && { withImage: row.withImage }), pricing: isListed ? model.pricing : null }];
  });
  const [maker, ...others] = own;
  const { price_basis } = model.provenance;
  const isAnothers = price_basis.startsWith('host_') && price_basis !== basisOf(maker!.host);
  return [{ ...maker!, pricing: isAnothers ? null : maker!.pricing }, ...others, ...elsewhere];
}

const basisOf = (host: ProviderSlug): string => `host_${host.replaceAll('-', '_')}`;
